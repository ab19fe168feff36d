-- What belongs to one testimony cannot be tied to another's: a row names both its parent and the testimony, and they must agree.
alter table recording add unique (id, testimony_id);
alter table transcript add unique (id, testimony_id);
alter table segment add unique (id, testimony_id);
alter table edit_list add unique (id, testimony_id);
alter table publication add unique (id, testimony_id);

alter table rendition add foreign key (recording_id, testimony_id) references recording (id, testimony_id) on delete cascade;
alter table processing_step add foreign key (recording_id, testimony_id) references recording (id, testimony_id) on delete cascade;
alter table transcript add foreign key (recording_id, testimony_id) references recording (id, testimony_id) on delete cascade;
alter table segment add foreign key (transcript_id, testimony_id) references transcript (id, testimony_id) on delete cascade;
alter table translation add foreign key (segment_id, testimony_id) references segment (id, testimony_id) on delete cascade;
alter table redaction add foreign key (edit_list_id, testimony_id) references edit_list (id, testimony_id) on delete cascade;
alter table redaction add foreign key (recording_id, testimony_id) references recording (id, testimony_id) on delete cascade;
alter table decision add foreign key (edit_list_id, testimony_id) references edit_list (id, testimony_id) on delete restrict;
alter table testimony add foreign key (edit_list_id, id) references edit_list (id, testimony_id) on delete set null (edit_list_id);
alter table publication_passage add foreign key (publication_id, testimony_id) references publication (id, testimony_id) on delete cascade;
alter table publication_medium add foreign key (publication_id, testimony_id) references publication (id, testimony_id) on delete cascade;
